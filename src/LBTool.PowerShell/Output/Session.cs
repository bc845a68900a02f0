namespace LBTool.PowerShell.Output;

/// <summary>A running session: a balancer with its backends, their fault proxies, and a control API.</summary>
public sealed class Session
{
    internal Session(Json json)
    {
        Name = json.Text("name");
        ProcessId = (int)json.Count("pid");
        Version = json.Text("version");
        StartedAt = DateTimeOffset.TryParse(json.Text("startedAt"), null, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at : default;
        Algorithm = json["algorithm"].Text("name");
        Seed = json.Text("seed");
        Balancer = json.Text("balancer");
        Toxiproxy = json["toxiproxy"].Text();
        Backends = [.. json["backends"].Items.Select(item => new Backend(item, Name))];
        Faults = [.. json["faults"].Items.Select(item => new Fault(item, Name))];
        Load = json["load"].IsNull ? null : new LoadStatus(json["load"], Name);
    }

    /// <summary>Its name, unique on this machine.</summary>
    public string Name { get; }

    /// <summary>The name again, for other cmdlets' <c>-Session</c>.</summary>
    public string SessionName => Name;

    /// <summary>The process of lbtool.</summary>
    public int ProcessId { get; }

    /// <summary>The version of lbtool.</summary>
    public string Version { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>The rule that picks, by its long name.</summary>
    public string Algorithm { get; }

    /// <summary>Root of all randomness.</summary>
    public string Seed { get; }

    /// <summary>Where requests go.</summary>
    public string Balancer { get; }

    /// <summary>The Toxiproxy API of the fault proxies; null without one.</summary>
    public string? Toxiproxy { get; }

    /// <summary>The backends.</summary>
    public Backend[] Backends { get; }

    /// <summary>The faults that act.</summary>
    public Fault[] Faults { get; }

    /// <summary>The load that is driven; null when none is.</summary>
    public LoadStatus? Load { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
