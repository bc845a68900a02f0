using System.CommandLine;

namespace LBTool.Cli.Tests;

/// <summary>The real tree of verbs, flat, for tests that walk it.</summary>
internal static class CommandTree
{
    public static RootCommand Root { get; } =
        App.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null, Terminal.CreateScreen(TextWriter.Null, true, true), new Signals(_ => { })));

    /// <summary>Every verb by its words, e.g. <c>scenarios show</c>.</summary>
    public static IReadOnlyDictionary<string, Command> Verbs { get; } =
        Walk(Root, "").ToDictionary(verb => verb.Words, verb => verb.Command);

    private static IEnumerable<(string Words, Command Command)> Walk(Command parent, string words) =>
        parent.Subcommands.SelectMany(command =>
        {
            var path = $"{words} {command.Name}".TrimStart();
            return Walk(command, path).Prepend((path, command));
        });
}
