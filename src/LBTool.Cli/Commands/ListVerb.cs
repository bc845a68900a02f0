using System.Text.Json;

namespace LBTool.Cli.Commands;

/// <summary>A verb that lists a table, as text or as JSON.</summary>
internal static class ListVerb
{
    /// <summary>Makes the verb.</summary>
    /// <param name="terminal">Where the list goes.</param>
    /// <param name="verb">Its name, description and examples.</param>
    /// <param name="what">What is written, in a word: a table, a list.</param>
    /// <param name="text">Writes it for people.</param>
    /// <param name="json">Writes it for programs.</param>
    public static Verb Create(Terminal terminal, Verb verb, string what, Func<TextWriter, Task> text, Action<Utf8JsonWriter> json)
    {
        var format = SharedOptions.Format($"How the {what} is written (default: text)");
        verb.Add(format);
        verb.SetAction(async (parsed, _) =>
        {
            await (parsed.GetValue(format) == OutputFormat.Json
                ? JsonOutput.WriteAsync(terminal.Output, json)
                : text(terminal.Output));
            return ExitCodes.Passed;
        });
        return verb;
    }
}
