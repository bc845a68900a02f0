using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace LBTool.PowerShell.Completion;

/// <summary>Completes a parameter with names that are asked for when the user presses Tab.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    // The first question to an lbtool takes a moment; nobody waits longer than this.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? "").Trim('\'', '"');
        return Names(fakeBoundParameters)
            .Where(candidate => candidate.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(candidate => new CompletionResult(Quote(candidate.Name), candidate.Name, CompletionResultType.ParameterValue, candidate.Tip));
    }

    /// <summary>The names, each with what to show beside it. What goes wrong means no names: there is no place for an error.</summary>
    private protected abstract IReadOnlyList<(string Name, string Tip)> Ask(IDictionary parameters, CancellationToken stop);

    private protected static string? Given(IDictionary parameters, string name) =>
        parameters.Contains(name) ? LanguagePrimitives.ConvertTo<string>(parameters[name]) : null;

    private IReadOnlyList<(string Name, string Tip)> Names(IDictionary parameters)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return Ask(parameters, patience.Token);
        }
        catch (Exception exception) when (exception is LBChaosException or OperationCanceledException or FormatException)
        {
            return [];
        }
    }

    private static string Quote(string name) =>
        name.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.') ? name : $"'{name.Replace("'", "''")}'";
}
