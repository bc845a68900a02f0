using System.Collections.Immutable;

namespace LBTool.Cli.Commands;

/// <summary>The table of shells that can complete lbtool. Each asks <c>lbtool [suggest:POSITION] LINE</c>.</summary>
internal static class Shells
{
    /// <summary>All shells, in the order that help shows them.</summary>
    public static ImmutableArray<ShellRow> All { get; } =
    [
        new("bash", "source <(lbtool completions bash)", """
            _lbtool() {
                local IFS=$'\n' found
                found=$(lbtool "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
                COMPREPLY=($(compgen -W "${found}" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _lbtool lbtool
            """),
        new("zsh", "source <(lbtool completions zsh)", """
            #compdef lbtool
            _lbtool() {
                local -a found
                found=("${(@f)$(lbtool "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -a found || _files
            }
            compdef _lbtool lbtool
            """),
        new("fish", "lbtool completions fish | source", """
            complete -c lbtool -a '(lbtool "[suggest:"(commandline -C)"]" (commandline -b) 2>/dev/null)'
            """),
        new("pwsh", "lbtool completions pwsh | Out-String | Invoke-Expression", """
            Register-ArgumentCompleter -Native -CommandName lbtool -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                lbtool "[suggest:$cursorPosition]" "$commandAst".PadRight($cursorPosition) 2>$null |
                    Where-Object { $_ -like "$wordToComplete*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """),
    ];
}

/// <summary>One shell.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Install">The line that turns completion on.</param>
/// <param name="Script">What <paramref name="Install"/> evaluates.</param>
internal sealed record ShellRow(string Name, string Install, string Script);
