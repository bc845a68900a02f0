using System.Collections.Immutable;
using System.CommandLine;

namespace LBTool.Cli.Commands;

/// <summary>A command with examples, which its help ends with.</summary>
internal sealed class Verb(string name, string description, params ImmutableArray<string> examples)
    : Command(name, description)
{
    /// <summary>Complete command lines.</summary>
    public ImmutableArray<string> Examples { get; } = examples;
}
