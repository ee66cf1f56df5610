# Malicious provers of machine runs.
add_library(zkbpf_malicious STATIC attacks/malicious.c)
target_link_libraries(zkbpf_malicious PUBLIC zkbpf_test_machine)
foreach(name alu flow memory runs)
  zkbpf_test(machine_${name} quick attacks/test_machine_${name}.c)
  target_link_libraries(test_machine_${name} PRIVATE zkbpf_malicious)
endforeach()
