# Worked machines, for tests and benchmarks: link zkbpf_machines and include "machines/machine.h".
add_library(zkbpf_machines STATIC machines/machine.c machines/fibonacci.c machines/poseidon2.c
  machines/registers.c)
target_link_libraries(zkbpf_machines PUBLIC zkbpf_static)
target_include_directories(zkbpf_machines PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})

# What finds mistakes in chips and describes them: link zkbpf_test_chips, include "chips/NAME.h".
add_library(zkbpf_test_chips STATIC chips/debug_check.c chips/debug_ledger.c chips/debug_probe.c
  chips/describe.c)
target_link_libraries(zkbpf_test_chips PUBLIC zkbpf_static)
target_include_directories(zkbpf_test_chips PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})

zkbpf_test(air_builder quick unit/test_air_builder.c)
zkbpf_test(air_digest quick unit/test_air_digest.c)
zkbpf_test(air_evaluators quick unit/test_air_evaluators.c)
zkbpf_test_backends(air_evaluators)
zkbpf_test(air_machines quick unit/test_air_machines.c)
target_link_libraries(test_air_machines PRIVATE zkbpf_machines zkbpf_test_chips)
zkbpf_test(air_describe quick unit/test_air_describe.c)
target_link_libraries(test_air_describe PRIVATE zkbpf_machines zkbpf_test_chips)
