# The loader: objects built by hand, and guests compiled by each compiler that is there.
zkbpf_test(loader quick unit/test_loader.c support/elf_builder.c support/sample_object.c)
zkbpf_test(loader_errors quick unit/test_loader_errors.c support/elf_builder.c
           support/sample_object.c)
add_test(NAME loader_errors_all COMMAND test_loader_errors all)
set_tests_properties(loader_errors_all PROPERTIES LABELS full TIMEOUT 900)
