using LBTool.Core.Scenarios;

namespace LBTool.Cli;

/// <summary>What the argument SCENARIO names: a file, or else a built-in scenario.</summary>
/// <param name="Name">For messages: the file as given, or the built-in name.</param>
/// <param name="Text">What it says.</param>
internal sealed record ScenarioSource(string Name, string Text)
{
    /// <summary>Reads it. A file wins over a built-in scenario of the same name.</summary>
    /// <exception cref="Failure">There is neither, or the file cannot be read.</exception>
    public static async Task<ScenarioSource> ReadAsync(string fileOrName, CancellationToken stop)
    {
        if (File.Exists(fileOrName))
        {
            return new ScenarioSource(fileOrName, await ReadFileAsync(fileOrName, stop));
        }

        if (BuiltInScenarios.Find(fileOrName) is { } scenario)
        {
            return new ScenarioSource(scenario.Name, scenario.Text);
        }

        throw Failure.Environment(Directory.Exists(fileOrName)
            ? $"'{fileOrName}' is a folder; name a scenario file in it"
            : $"'{fileOrName}' is neither a file nor a built-in scenario{NearBuiltIn(fileOrName)}");
    }

    /// <summary>The end of a message about an unknown name: the nearest built-in scenario, and all of them.</summary>
    public static string NearBuiltIn(string name)
    {
        var known = BuiltInScenarios.All.Select(scenario => scenario.Name).ToArray();
        var nearest = Suggestions.Closest(Path.GetFileName(name).Replace(".lb.yaml", "", StringComparison.OrdinalIgnoreCase), known);
        return (nearest is null ? "" : $"; did you mean '{nearest}'?") + $"\nbuilt-in scenarios: {string.Join(", ", known)}";
    }

    private static async Task<string> ReadFileAsync(string file, CancellationToken stop)
    {
        try
        {
            return await TextFile.ReadAsync(file, ScenarioReader.LongestText + 1, stop);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure.Environment($"'{file}' cannot be read: {exception.Message}");
        }
    }
}
