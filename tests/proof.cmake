zkbpf_test(round_trip quick proof/test_round_trip.c proof/reference.c proof/toy.c)
zkbpf_test_backends(round_trip)
zkbpf_test(altered quick proof/test_altered.c proof/toy.c)
zkbpf_test(fiat_shamir quick proof/test_fiat_shamir.c proof/toy.c)
zkbpf_test(statement quick proof/test_statement.c)
zkbpf_test(proof_attacks quick attacks/test_proof_attacks.c proof/reference.c proof/toy.c)

add_executable(test_verifier_alone proof/test_verifier_alone.c)
target_link_libraries(test_verifier_alone PRIVATE zkbpf_verifier PkgConfig::CMOCKA)
add_test(NAME verifier_alone COMMAND test_verifier_alone)
set_tests_properties(verifier_alone PROPERTIES LABELS quick TIMEOUT 900)

zkbpf_test(machines quick proof/test_machines.c)
target_link_libraries(test_machines PRIVATE zkbpf_machines)
