using System.CommandLine;
using LBTool.Core.Reports;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool schema</c>: the JSON Schemas of what lbtool reads and writes, for editors and pipelines.</summary>
internal static class SchemaCommand
{
    private static readonly (string Name, Func<string> ToJson)[] Schemas =
        [("scenario", ScenarioSchema.ToJson), ("summary", SummarySchema.ToJson)];

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var names = Schemas.Select(row => row.Name).ToArray();
        var schema = new Argument<Func<string>>("KIND")
        {
            HelpName = "KIND",
            Description = "scenario (a *.lb.yaml file) or summary (summary.json)",
            CustomParser = result =>
            {
                var row = Array.Find(Schemas, row => row.Name == result.Tokens[0].Value);
                if (row.Name is null)
                {
                    result.AddError($"'{result.Tokens[0].Value}': must be one of {string.Join(", ", names)}");
                }

                return row.ToJson;
            },
        };
        schema.CompletionSources.Add(names);
        var verb = new Verb("schema", "Print the JSON Schema of scenario files, or of summary.json",
            "lbtool schema scenario > lb.schema.json", "lbtool schema summary")
        {
            schema,
        };
        verb.SetAction(async (parsed, _) =>
        {
            await terminal.Output.WriteLineAsync(parsed.GetRequiredValue(schema)().TrimEnd());
            return ExitCodes.Passed;
        });
        return verb;
    }
}
