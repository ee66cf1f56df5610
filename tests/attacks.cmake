# Malicious provers of machine runs.
add_library(zkbpf_malicious STATIC attacks/malicious.c attacks/recount.c proof/opened.c proof/reference.c proof/reference_gather.c)
target_link_libraries(zkbpf_malicious PUBLIC zkbpf_test_machine)
foreach(name alu bits calls chunks compare copy divide faults flow inverse keccak memory mulmod mulmod_memory private records regions runs set sha256 tables)
  zkbpf_test(machine_${name} quick attacks/test_machine_${name}.c)
  target_link_libraries(test_machine_${name} PRIVATE zkbpf_malicious)
endforeach()
target_sources(test_machine_keccak PRIVATE attacks/keccak_rows.c)
target_sources(test_machine_sha256 PRIVATE attacks/sha256_rows.c)
target_sources(test_machine_mulmod PRIVATE attacks/mulmod_rows.c)
target_sources(test_machine_mulmod_memory PRIVATE attacks/mulmod_rows.c)
# The documentation's tables of chips are what the chips' declarations say.
add_executable(write_chips unit/write_chips.c)
target_link_libraries(write_chips PRIVATE zkbpf_test_chips)
add_test(NAME machine_chips COMMAND sh -c
  "$<TARGET_FILE:write_chips> | diff - docs/machine-chips.md || { echo 'run: build/tests/write_chips > docs/machine-chips.md'; exit 1; }"
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
add_test(NAME machine_digests COMMAND sh -c
  "$<TARGET_FILE:write_chips> digests | diff - src/machine/chip_digests.c || { echo 'run: build/tests/write_chips digests > src/machine/chip_digests.c'; exit 1; }"
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
set_tests_properties(machine_chips machine_digests PROPERTIES LABELS quick TIMEOUT 900)
zkbpf_test(cells_together quick attacks/test_cells_together.c attacks/repair.c
  attacks/repair_moves.c attacks/repair_judge.c attacks/not_missed.c attacks/weakened.c)
target_link_libraries(test_cells_together PRIVATE zkbpf_test_machine)
# The number is that of walks for each part that the search is known not to miss; more take longer.
add_test(NAME cells_together_many COMMAND test_cells_together 20000)
set_tests_properties(cells_together_many PROPERTIES LABELS full TIMEOUT 3600)
if(NOT ZKBPF_SANITIZE) # the same code as cells_together, for much longer
  add_test(NAME cells_together_weakened COMMAND test_cells_together weakened)
  set_tests_properties(cells_together_weakened PROPERTIES LABELS full TIMEOUT 3600)
endif()
