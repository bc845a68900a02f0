using System.Text.RegularExpressions;

namespace LBTool.Tests;

/// <summary>The examples of docs/faults.md. What one leaves out of a scenario is added below it, so that its lines are those of the page.</summary>
internal static partial class FaultExamples
{
    /// <summary>The page.</summary>
    public const string File = "docs/faults.md";

    private static readonly (string Key, string Text)[] Rest =
    [
        ("version", "version: 1\n"), ("name", "name: example\n"), ("target", "target: { backends: { count: 5 } }\n"),
        ("load", "load: { rate: 100/s, duration: 60s }\n"),
    ];

    /// <summary>All of them, as they stand.</summary>
    public static string[] All { get; } = [.. ExampleBlock().Matches(Checkout.Read(File)).Select(match => match.Groups[1].Value)];

    /// <summary>The whole scenario that an example is a part of.</summary>
    public static string Complete(string example) =>
        example + string.Concat(Rest.Where(part => !Regex.IsMatch(example, $"(?m)^{part.Key}:")).Select(part => part.Text));

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExampleBlock();
}
