using System.Collections.Immutable;

namespace LBTool.Core.Scenarios;

/// <summary>The scenarios that come with lbtool: the files under <c>scenarios/</c>, embedded.</summary>
public static class BuiltInScenarios
{
    private const string Extension = ".lb.yaml";

    /// <summary>All of them, by name.</summary>
    public static ImmutableArray<BuiltInScenario> All { get; } =
    [
        .. typeof(BuiltInScenarios).Assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(Extension, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Load),
    ];

    /// <summary>The one called <paramref name="name"/>, or null.</summary>
    public static BuiltInScenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    private static BuiltInScenario Load(string resource)
    {
        using var reader = new StreamReader(typeof(BuiltInScenarios).Assembly.GetManifestResourceStream(resource)!);
        var text = reader.ReadToEnd();

        // The first line names the schema, the second describes the scenario.
        var description = text.Split('\n')[1].TrimStart('#').Trim();
        return new BuiltInScenario(resource[..^Extension.Length], description, text);
    }
}

/// <summary>A scenario that comes with lbtool.</summary>
/// <param name="Name">As <c>lbtool run</c> takes it, e.g. <c>slow-backend</c>.</param>
/// <param name="Description">One line.</param>
/// <param name="Text">The YAML.</param>
public sealed record BuiltInScenario(string Name, string Description, string Text);
