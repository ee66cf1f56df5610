zkbpf_test(round_trip quick proof/test_round_trip.c proof/toy.c)
