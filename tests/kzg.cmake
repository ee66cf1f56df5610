# Setup, commitments and openings; by each backend, since they are made of block kernels.
zkbpf_test(commit quick unit/test_commit.c)
zkbpf_test(srs quick unit/test_srs.c)
zkbpf_test(mercury quick unit/test_mercury.c)
zkbpf_test_backends(commit)
zkbpf_test_backends(mercury)
