using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;
using LBTool.Core.Sessions;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control;

/// <summary>A session as the API, the live view and the metrics show it: one look, so that they never disagree.</summary>
/// <param name="session">What is looked at.</param>
public sealed class SessionView(Session session)
{
    /// <summary>All of it.</summary>
    public SessionAnswer Session() => new(
        session.Name,
        Environment.ProcessId,
        session.Version,
        session.StartedAt,
        session.Now.TotalMilliseconds,
        Algorithm(),
        session.Seed.ToString(CultureInfo.InvariantCulture),
        Text(session.World.Address!),
        Text(session.World.Toxiproxy),
        Backends(),
        Faults(),
        Load());

    /// <summary>The backends.</summary>
    public ImmutableArray<BackendAnswer> Backends()
    {
        var all = session.Traffic.At();
        SessionBackend[] available = [.. session.Backends.All.Where(backend => backend.Pooled.IsAvailable)];
        var weights = available.Sum(backend => backend.Pooled.Weight);

        // As the pool has it: when all weigh nothing, all weigh the same.
        return [.. session.Backends.All.Select(backend => Backend(
            backend, all, weights > 0 ? backend.Pooled.Weight / weights : 1.0 / available.Length))];
    }

    /// <summary>One backend.</summary>
    /// <exception cref="Refusal">There is none of that name.</exception>
    public BackendAnswer Backend(string name)
    {
        session.Backends.Find(name);
        return Backends().First(backend => backend.Name == name);
    }

    /// <summary>The faults that act.</summary>
    public ImmutableArray<FaultAnswer> Faults() => [.. session.Faults.All.Select(Fault)];

    /// <summary>One fault.</summary>
    public static FaultAnswer Fault(ActiveFault fault) => new(
        fault.Name,
        fault.Backends,
        fault.Fault.Effect switch { ToxicEffect => "toxic", ActionEffect => "action", _ => "http" },
        FaultText.Describe(fault.Fault.Effect),
        fault.StartedAt.TotalMilliseconds,
        fault.EndsAt?.TotalMilliseconds,
        Written(fault, "toxic"),
        Written(fault, "action")?.GetString(),
        Written(fault, "http"));

    /// <summary>What is driven; null: nothing.</summary>
    public LoadAnswer? Load() => session.Load.Current is { } load ? Load(load) : null;

    /// <summary>A load.</summary>
    public static LoadAnswer Load(DrivenLoad driven)
    {
        var load = driven.Load;
        var isOpen = load.Executor == Executor.ConstantArrivalRate;
        return new LoadAnswer(
            isOpen ? "constant-arrival-rate" : "constant-vus",
            isOpen ? load.Rate : null,
            isOpen ? null : load.Vus,
            isOpen ? load.Arrivals.ToString().ToLowerInvariant() : null,
            load.Clients,
            Durations.Format(load.Timeout),
            driven.StartedAt.TotalMilliseconds,
            driven.EndsAt?.TotalMilliseconds,
            driven.Sent,
            driven.Dropped,
            driven.Written);
    }

    /// <summary>Events after a number.</summary>
    public ImmutableArray<EventAnswer> Events(long after) =>
    [
        .. session.World.Recording.Events.From(after + 1).Select(happened => new EventAnswer(
            happened.Number, happened.Event.At.TotalMilliseconds, happened.Event.Kind, NameOf(happened.Event.Backend), happened.Event.Name, happened.Event.Text)),
    ];

    /// <summary>What is measured.</summary>
    public MetricsAnswer Metrics()
    {
        var all = session.Traffic.At();
        return new MetricsAnswer(session.Now.TotalMilliseconds, Rounded(all.Rps), all.Errors, Ms(all.P50), Ms(all.P99), Backends());
    }

    private BackendAnswer Backend(SessionBackend backend, TrafficSummary all, double due)
    {
        var (spec, pooled) = (backend.Written.Spec, backend.Pooled);
        var traffic = session.Traffic.At(backend.Index);
        return new BackendAnswer(
            backend.Name,
            backend.Index,
            $"{backend.Member.Backend}",
            $"{backend.Member.FaultProxy}",
            pooled.Weight,
            BackendStates.NameOf(session.World.Health!.StateOf(pooled)),
            Detail(backend),
            pooled.InFlight,
            traffic.Requests,
            all.Recent == 0 ? 0 : (double)traffic.Recent / all.Recent,
            pooled.IsAvailable ? due : 0,
            traffic.Errors,
            Rounded(traffic.Rps),
            Ms(traffic.P50),
            Ms(traffic.P99),
            backend.Written.Latency,
            backend.Written.Jitter,
            spec.Errors,
            spec.Concurrency,
            spec.Queue,
            Drain(pooled));
    }

    private DrainAnswer? Drain(Backend pooled)
    {
        if (session.World.Drains!.Find(pooled) is not { } drain)
        {
            return null;
        }

        var progress = drain.ProgressAt(session.Now);
        return new DrainAnswer(drain.Deadline.TotalMilliseconds, progress.TimeLeft.TotalMilliseconds, progress.InFlight);
    }

    // What keeps the process from answering: the balancer finds that out by itself, or does not.
    private string Detail(SessionBackend backend) => string.Join("; ", session.Faults.All
        .Where(fault => fault.Fault.Effect is ActionEffect && fault.Backends.Contains(backend.Name))
        .Select(fault => $"{FaultText.Describe(fault.Fault.Effect)} ({fault.Name})"));

    private AlgorithmAnswer Algorithm()
    {
        var choice = session.Scenario.Target.Algorithm;
        var row = Core.Balancing.Balancers.Find(choice.Name)!;
        var parameters = row.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Format(choice.Parameters[parameter.Name]));
        return new AlgorithmAnswer(choice.Name, row.UsesKey ? parameters.Add("key", $"{choice.Key}") : parameters);
    }

    private string? NameOf(int index) => session.Backends.All.FirstOrDefault(backend => backend.Index == index)?.Name;

    private static JsonElement? Written(ActiveFault fault, string key) =>
        fault.Written.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static double? Ms(TimeSpan? time) => time is { } value ? Rounded(value.TotalMilliseconds) : null;

    private static double Rounded(double value) => Math.Round(value, 3);
}
