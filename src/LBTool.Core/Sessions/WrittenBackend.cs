using System.Collections.Immutable;
using System.Text.Json;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Sessions;

/// <summary>A backend that is to join a session; its name is empty when it is to be given one.</summary>
/// <param name="Spec">How it behaves.</param>
public sealed record BackendRequest(BackendSpec Spec);

/// <summary>
/// A backend together with the keys by which it was written, so that a change of some of them is read beside the others
/// and by the same rules, and so that it can be written down again.
/// </summary>
public sealed class WrittenBackend
{
    private WrittenBackend(MapNode map, BackendSpec spec) => (Map, Spec) = (map, spec);

    /// <summary>How it behaves.</summary>
    public BackendSpec Spec { get; }

    /// <summary>How long it takes to answer, as it was written.</summary>
    public string Latency => Map.Find("latency") is { } node ? FlowYaml.Write(node) : BackendKeys.Latency.DefaultText!;

    /// <summary>What is added to that, plus or minus.</summary>
    public string Jitter => Durations.Format(Spec.Latency.Jitter);

    internal MapNode Map { get; }

    /// <summary>A backend that joined a session.</summary>
    /// <param name="reading">What was asked for; without problems.</param>
    /// <param name="name">Its name.</param>
    public static WrittenBackend Of(BodyReading<BackendRequest> reading, string name)
    {
        var map = (MapNode)JsonTree.Read(reading.Written, name, new Problems(""))!;
        return new WrittenBackend(Named(map, name), reading.Value!.Spec with { Name = name });
    }

    /// <summary>The same backend with some keys changed; or what is wrong with that.</summary>
    /// <param name="change">An object with these keys.</param>
    public (WrittenBackend? Backend, ImmutableArray<string> Problems) With(JsonElement change)
    {
        var problems = new Problems("");
        var changed = (MapNode)JsonTree.Read(change, Map.Label, problems)!;
        var map = changed.Entries.Aggregate(Map, (map, entry) => map.With(entry));
        return (Read(map, problems), [.. problems.InOrder().Select(problem => problem.Message)]);
    }

    /// <summary>The keys of a session's backends as they were written, one by one, whichever form they have.</summary>
    internal static ImmutableArray<WrittenBackend> All(Node backends, ImmutableArray<BackendSpec> specs) => backends is ListNode list
        ? [.. list.Items.Zip(specs, (item, spec) => new WrittenBackend((MapNode)item, spec))]
        : [.. specs.Select(spec => new WrittenBackend(Named(((MapNode)backends).Without("count"), spec.Name), spec))];

    /// <summary>Its keys but the name, as they were written.</summary>
    public override string ToString() => FlowYaml.Write(Map.Without("name"));

    private static WrittenBackend? Read(MapNode map, Problems problems) =>
        BackendKeys.Item.TryRead(map, problems, out var item) && !problems.Any ? new WrittenBackend(map, item.Spec) : null;

    private static MapNode Named(MapNode map, string name)
    {
        var others = map.Without("name");
        return others with { Entries = others.Entries.Insert(0, new Entry(new TextNode(default, "name", "name"), new TextNode(default, "name", name))) };
    }
}
