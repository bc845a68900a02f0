using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>Reads a text; false when it is not of the form.</summary>
internal delegate bool TextParser<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>One value on one line.</summary>
/// <param name="words">What is expected, for messages and documentation.</param>
/// <param name="parse">Reads it.</param>
/// <param name="schemas">What it may be, as JSON Schema; a <c>${variable}</c> may stand for any.</param>
/// <param name="hint">What to write instead of a text that was refused; null when that is clear.</param>
internal sealed class Scalar<T>(
    string words, TextParser<T> parse, Func<JsonObject[]> schemas, Func<string, string?>? hint = null) : Shape<T>
{
    public override string Words => words;

    public override JsonObject Schema() => AnyOf([.. schemas(), new JsonObject { ["$ref"] = Json.Variable }]);

    public override bool TryRead(Node node, Problems problems, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not TextNode { IsNothing: false } text)
        {
            return Refuse(node, problems, out value);
        }

        if (text.Broken || parse(text.Text.Trim(), out value))
        {
            return !text.Broken;
        }

        var instead = hint?.Invoke(text.Text.Trim()) is { } better ? "; " + better : "";
        problems.Add(node, $"expected {words}; found {node.Found}{instead}");
        return false;
    }
}
