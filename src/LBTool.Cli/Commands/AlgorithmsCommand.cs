using System.CommandLine;
using System.Text.Json;
using LBTool.Core.Balancing;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool algorithms</c>: the table of algorithms, with when to use each.</summary>
internal static class AlgorithmsCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) =>
        ListVerb.Create(
            terminal,
            new Verb("algorithms", "List the balancing algorithms, with parameters and when to use each",
                "lbtool algorithms", "lbtool algorithms --format json"),
            "table",
            WriteTextAsync,
            WriteJson);

    private static async Task WriteTextAsync(TextWriter output)
    {
        foreach (var row in Balancers.All)
        {
            await output.WriteLineAsync(string.Join(", ", row.Names));
            await output.WriteLineAsync($"  picks       {row.Rule}");
            if (row.UsesKey)
            {
                await output.WriteLineAsync($"  parameter   key = {default(KeySource)} ({KeySource.Forms}): {KeySource.Description}");
            }

            foreach (var parameter in row.Parameters)
            {
                await output.WriteLineAsync($"  parameter   {Describe(parameter)}");
            }

            await output.WriteLineAsync($"  use when    {row.UseWhen}");
            await output.WriteLineAsync($"  avoid when  {row.AvoidWhen}");
            await output.WriteLineAsync();
        }
    }

    private static string Describe(BalancerParameter parameter)
    {
        var range = parameter.Kind == ParameterKind.Flag
            ? "true or false"
            : $"{parameter.Format(parameter.Minimum)} to {parameter.Format(parameter.Maximum)}";
        return $"{parameter.Name} = {parameter.Format(parameter.Default)} ({range}): {parameter.Description}";
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var row in Balancers.All)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteStartArray("aliases");
            foreach (var alias in row.Aliases)
            {
                json.WriteStringValue(alias);
            }

            json.WriteEndArray();
            json.WriteString("rule", row.Rule);
            json.WriteString("useWhen", row.UseWhen);
            json.WriteString("avoidWhen", row.AvoidWhen);
            json.WriteStartArray("parameters");
            if (row.UsesKey)
            {
                WriteKey(json);
            }

            foreach (var parameter in row.Parameters)
            {
                WriteJson(json, parameter);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteKey(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", "key");
        json.WriteString("description", KeySource.Description);
        json.WriteString("kind", "key");
        json.WriteString("forms", KeySource.Forms);
        json.WriteString("default", default(KeySource).ToString());
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, BalancerParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("description", parameter.Description);
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(parameter.Kind.ToString()));
        WriteValue(json, "default", parameter, parameter.Default);
        if (parameter.Kind != ParameterKind.Flag)
        {
            WriteValue(json, "minimum", parameter, parameter.Minimum);
            WriteValue(json, "maximum", parameter, parameter.Maximum);
        }

        json.WriteEndObject();
    }

    // As a scenario has it: true, 160 or "10s".
    private static void WriteValue(Utf8JsonWriter json, string name, BalancerParameter parameter, double value)
    {
        json.WritePropertyName(name);
        switch (parameter.Kind)
        {
            case ParameterKind.Flag:
                json.WriteBooleanValue(value != 0);
                break;
            case ParameterKind.Duration:
                json.WriteStringValue(parameter.Format(value));
                break;
            default:
                json.WriteNumberValue(value);
                break;
        }
    }
}
