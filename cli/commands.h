/* The commands of zkbpf. A new one is a file with its zkb_command_NAME and a line here. */
#ifndef ZKB_CLI_COMMANDS_H
#define ZKB_CLI_COMMANDS_H

#ifdef ZKB_WITH_BENCH
#define ZKB_COMMAND_BENCH(X) X(bench, "measure the library's parts on this machine")
#else
#define ZKB_COMMAND_BENCH(X)
#endif

/* X(name, summary), in the order of --help. */
#define ZKB_COMMAND_LIST(X)                                                                        \
    X(run, "run a program and print what it returned")                                             \
    X(disasm, "print a program as assembly")                                                       \
    X(profile, "count instructions by function and by place")                                      \
    X(trace, "print the steps that run --trace recorded")                                          \
    X(keygen, "make a program's proving key in a cache directory")                                 \
    X(prove, "run a program and write a proof of the run")                                         \
    X(plan, "plan the proof of a run that several machines prove")                                 \
    X(join, "join the parts of a planned run into its proof")                                      \
    X(verify, "check a proof of a run")                                                            \
    X(inspect, "print what a proof file says")                                                     \
    X(cost, "say what a proof of a run would take, without making it")                             \
    X(id, "print the id under which a program's proofs are verified")                              \
    X(setup, "make, import or describe the setup that proofs need")                                \
    ZKB_COMMAND_BENCH(X)

/* argv[0] is the command's name; returns the exit status. */
#define ZKB_COMMAND_DECLARE(name, summary) int zkb_command_##name(int argc, char **argv);
ZKB_COMMAND_LIST(ZKB_COMMAND_DECLARE)
#undef ZKB_COMMAND_DECLARE

#endif
