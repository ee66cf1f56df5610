zkbpf_test(round_trip quick proof/test_round_trip.c proof/reference.c proof/toy.c)
zkbpf_test_backends(round_trip)
zkbpf_test(altered quick proof/test_altered.c proof/toy.c)
zkbpf_test(fiat_shamir quick proof/test_fiat_shamir.c proof/toy.c)
