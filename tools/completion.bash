# Completion of zkbpf for bash. Commands and options are those that zkbpf itself lists, so a new
# one needs nothing here.
_zkbpf()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} words
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        words=$("$program" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$words --help --version" -- "$current")
        return
    fi
    if [[ $current == -* ]]; then
        words=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null |
            sed -n 's/^ .*\(--[a-z][a-z-]*\).*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
    fi
    # The value of an option: one of a few words, or a number or name that is nothing to complete.
    words=
    case $previous in
    --mode) words="auto sequential parallel" ;;
    --progress) words="auto json none" ;;
    --lookup-bits) words="8 16" ;;
    --entry | -e | --from | --count | --top | --max-* | --*-bytes) return ;;
    --k | --stack | --chunk-size | --threads | --memory | --part | --size | --program-id) return ;;
    esac
    if [[ $words ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        return
    fi
    if ((COMP_CWORD == 2)); then
        case ${COMP_WORDS[1]} in
        bench) words="kernels proof prove vm" ;;
        setup) words="generate import info" ;;
        esac
        if [[ $words ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            return
        fi
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}
complete -F _zkbpf zkbpf
