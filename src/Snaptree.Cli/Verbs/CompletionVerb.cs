using System.CommandLine;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree completion bash</c>: the script that teaches a shell our words.</summary>
internal static class CompletionVerb
{
    /// <summary>The shell asks the program itself, so that domains and snapshots are always the present ones.</summary>
    private const string Bash = """
        # bash completion for snaptree. Install with:
        #   snaptree completion bash > ~/.local/share/bash-completion/completions/snaptree
        _snaptree() {
            local word="${COMP_WORDS[COMP_CWORD]}" line candidate
            COMPREPLY=()
            line="${COMP_LINE:0:COMP_POINT}"
            while IFS= read -r candidate; do
                if [[ "$candidate" == "$word"* ]]; then
                    COMPREPLY+=("$(printf '%q' "$candidate")")
                fi
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -o nosort -F _snaptree snaptree
        """;

    public static Command Build(CommandShell shell)
    {
        var bash = new VerbCommand("bash", "Print a completion script for bash.", "source <(snaptree completion bash)");
        bash.SetAction(_ => shell.Print([Bash]));
        return new VerbCommand("completion", "Print a completion script for a shell.", "source <(snaptree completion bash)") { bash };
    }
}
