zkbpf_test(curve quick unit/test_curve.c)
zkbpf_test(msm quick unit/test_msm.c)
zkbpf_test_backends(msm)
