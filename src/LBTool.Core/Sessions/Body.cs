using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Sessions;

/// <summary>
/// What may be sent to a session, as JSON. Read by the tables that read scenarios, so that a fault given by hand and one
/// in a file cannot differ.
/// </summary>
public abstract class Body
{
    /// <summary>All of them, for the description of the API.</summary>
    public static ImmutableArray<Body> All => [Bodies.Fault, Bodies.Load, Bodies.Backend, Bodies.BackendChange, Bodies.Drain, Bodies.Expect, Bodies.None];

    /// <summary>What it is a description of, e.g. <c>Fault</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Its JSON Schema.</summary>
    public abstract JsonObject Schema();
}

/// <summary>A body that becomes a <typeparamref name="T"/>.</summary>
public sealed class Body<T> : Body
    where T : class
{
    private readonly Shape<T> _shape;
    private readonly string _label;

    internal Body(string name, string label, Shape<T> shape) => (Name, _label, _shape) = (name, label, shape);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override JsonObject Schema() => WithoutVariables(_shape.Schema());

    // A session has no variables: what a scenario may write in place of any value falls away.
    private static TNode WithoutVariables<TNode>(TNode schema)
        where TNode : JsonNode
    {
        foreach (var choices in schema is JsonObject map ? map.Select(entry => entry.Value).ToArray() : schema is JsonArray list ? [.. list] : [])
        {
            if (choices is JsonArray array)
            {
                array.RemoveAll(choice => choice is JsonObject option && option["$ref"]?.GetValue<string>() == Json.Variable);
            }

            if (choices is JsonObject or JsonArray)
            {
                WithoutVariables(choices);
            }
        }

        return schema;
    }

    /// <summary>Reads a body; nothing at all is an object without keys.</summary>
    public BodyReading<T> Read(ReadOnlyMemory<byte> json)
    {
        var problems = new Problems("");
        var written = JsonTree.Parse(json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? "{}"u8.ToArray() : json, problems);
        var value = default(T);
        var read = written is { } element
            && JsonTree.Read(element, _label, problems) is { } node
            && _shape.TryRead(node, problems, out value)
            && !problems.Any;
        return new BodyReading<T>(
            read ? value : null, written ?? default, [.. problems.InOrder().Select(problem => problem.Message)], problems.Allowed);
    }
}

/// <summary>What came of reading a body.</summary>
/// <param name="Value">What it says; null exactly when there are problems.</param>
/// <param name="Written">As it was sent, if it is JSON.</param>
/// <param name="Problems">All that is wrong with it.</param>
/// <param name="Allowed">The names that there are, where the first unknown one stands; empty when none is unknown.</param>
public sealed record BodyReading<T>(T? Value, JsonElement Written, ImmutableArray<string> Problems, ImmutableArray<string> Allowed)
    where T : class;

/// <summary>The bodies that a session takes.</summary>
public static class Bodies
{
    /// <summary>A fault that begins at once.</summary>
    public static Body<FaultRequest> Fault { get; } = new("Fault", "a fault", FaultKeys.FaultNow);

    /// <summary>A load that begins at once.</summary>
    public static Body<Scenarios.Load> Load { get; } = new("Load", "a load", LoadKeys.LoadNow);

    /// <summary>A backend that joins; without a name it gets one.</summary>
    public static Body<BackendRequest> Backend { get; } = new("Backend", "a backend", new MappedShape<BackendItem, BackendRequest>(
        BackendKeys.ItemNow, item => new BackendRequest(item.Spec)));

    /// <summary>What of a backend is to change.</summary>
    public static Body<NoRequest> BackendChange { get; } = new("BackendChange", "a backend", new MappedShape<BackendChange, NoRequest>(
        BackendKeys.Change, _ => new NoRequest()));

    /// <summary>How a backend is drained.</summary>
    public static Body<DrainRequest> Drain { get; } = new("Drain", "a drain", SessionKeys.Drain);

    /// <summary>What is expected of the time to come.</summary>
    public static Body<ExpectRequest> Expect { get; } = new("Expect", "an expectation", SessionKeys.Expect);

    /// <summary>Nothing.</summary>
    public static Body<NoRequest> None { get; } = new("Nothing", "this request", SessionKeys.None);
}
