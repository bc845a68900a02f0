using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using LBTool.Core.Scenarios;

namespace LBTool.Cli;

/// <summary>Tells what is wrong with a command line: every problem, a near name where there is one, and where help is.</summary>
internal static class UsageErrors
{
    /// <summary>Writes one line a problem.</summary>
    public static void Write(ParseResult parsed, TextWriter error)
    {
        foreach (var problem in WrongPosition(parsed) is { } wrong ? [wrong] : Problems(parsed))
        {
            error.WriteLine($"lbtool: {problem}");
        }

        error.WriteLine($"Try: {Path(parsed.CommandResult.Command)} --help");
    }

    /// <summary>What is wrong with the place that a completion is asked for, at which System.CommandLine would fail; null when nothing is.</summary>
    public static string? WrongPosition(ParseResult parsed)
    {
        var suggest = ((RootCommand)parsed.RootCommandResult.Command).Directives.OfType<SuggestDirective>().Single();
        return parsed.GetResult(suggest)?.Values is not { Count: > 0 } places
            || (places is [var place] && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? null
            : $"[suggest:{string.Join(',', places)}]: the position must be a whole number from 0 on";
    }

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens;
        if (unknown.Count > 0)
        {
            // What follows an unknown option is most often its value: one problem, not two.
            yield return Unknown(unknown.FirstOrDefault(IsOption) ?? unknown[0], parsed.CommandResult.Command);
        }

        // A message of System.CommandLine about an unmatched token is the above in other words. When a verb is not
        // known, that no verb was given is no second problem.
        var told = unknown.Select(token => $"Unrecognized command or argument '{token}'.").ToHashSet();
        var missingVerb = unknown.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0;
        foreach (var message in parsed.Errors.Select(problem => problem.Message).Distinct())
        {
            if (!told.Contains(message) && !(missingVerb && message == "Required command was not provided."))
            {
                yield return message;
            }
        }
    }

    private static string Unknown(string token, Command command)
    {
        var verbs = command.Subcommands.Select(verb => verb.Name).ToArray();
        var (kind, known) = IsOption(token) ? ("option", OptionNames(command))
            : verbs.Length > 0 ? ("command", verbs)
            : ("argument", []);
        var nearest = Suggestions.Closest(token, known);
        return $"unknown {kind} '{token}'"
            + (nearest is not null ? $"; did you mean '{nearest}'?"
                : known.Length > 0 ? $"; known: {string.Join(", ", known.Order(StringComparer.Ordinal))}"
                : $": {Path(command)} takes no more");
    }

    private static string[] OptionNames(Command command) =>
    [
        .. command.Options.Select(option => option.Name),
        .. Ancestors(command).SelectMany(parent => parent.Options).Where(option => option.Recursive).Select(option => option.Name),
    ];

    private static string Path(Command command) =>
        string.Join(' ', Ancestors(command).Reverse().Append(command).Select(each => each is RootCommand ? "lbtool" : each.Name));

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Ancestors(parent).Prepend(parent));

    private static bool IsOption(string token) => token.StartsWith('-') && token.Length > 1;
}
