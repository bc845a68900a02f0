using System.CommandLine;
using System.Text.Json;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool scenarios</c>: the built-in ones; <c>show</c> prints one, as a start for an own file.</summary>
internal static class ScenariosCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) =>
        ListVerb.Create(
            terminal,
            new Verb("scenarios", "List the built-in scenarios",
                "lbtool scenarios", "lbtool scenarios show slow-backend > mine.lb.yaml") { CreateShow(terminal) },
            "list",
            WriteTextAsync,
            WriteJson);

    private static Verb CreateShow(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "A built-in scenario" };
        name.CompletionSources.Add(_ => BuiltInScenarios.All.Select(scenario => scenario.Name));
        var verb = new Verb("show", "Print the text of a built-in scenario", "lbtool scenarios show slow-backend")
        {
            name,
        };
        verb.SetAction(async (parsed, _) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var scenario = BuiltInScenarios.Find(wanted)
                ?? throw Failure.Usage($"no built-in scenario is named '{wanted}'{ScenarioSource.NearBuiltIn(wanted)}");
            await terminal.Output.WriteAsync(scenario.Text);
            return ExitCodes.Passed;
        });
        return verb;
    }

    private static async Task WriteTextAsync(TextWriter output)
    {
        var width = BuiltInScenarios.All.Max(scenario => scenario.Name.Length);
        foreach (var scenario in BuiltInScenarios.All)
        {
            await output.WriteLineAsync($"{scenario.Name.PadRight(width)}  {scenario.Description}");
        }
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var scenario in BuiltInScenarios.All)
        {
            json.WriteStartObject();
            json.WriteString("name", scenario.Name);
            json.WriteString("description", scenario.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
