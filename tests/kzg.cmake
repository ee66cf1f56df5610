# Setup, commitments and openings; by each backend, since they are made of block kernels.
zkbpf_test(commit quick unit/test_commit.c)
zkbpf_test(commit_stacks quick unit/test_commit_stacks.c)
zkbpf_test(srs quick unit/test_srs.c)
target_link_options(test_srs PRIVATE -Wl,--wrap=pread)
zkbpf_test(mercury quick unit/test_mercury.c)
zkbpf_test_backends(commit)
zkbpf_test_backends(commit_stacks)
zkbpf_test_backends(mercury)
# A file fresh from snarkjs, when npm is there.
add_test(NAME ptau_fresh COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/data/import_fresh.sh $<TARGET_FILE:zkbpf>)
set_tests_properties(ptau_fresh PROPERTIES LABELS full TIMEOUT 3600 SKIP_RETURN_CODE 77)
