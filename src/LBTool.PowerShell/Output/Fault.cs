namespace LBTool.PowerShell.Output;

/// <summary>A fault that acts in a session.</summary>
public sealed class Fault
{
    internal Fault(Json json, string session)
    {
        SessionName = session;
        Name = json.Text("name");
        Backend = [.. json["target"].Items.Select(item => item.Text()!)];
        Kind = json.Text("kind");
        Summary = json.Text("summary");
        StartedAtMs = json.Number("startedAtMs") ?? 0;
        EndsAtMs = json.Number("endsAtMs");
        Toxic = json["toxic"].ToObject();
        Action = json["action"].Text();
        Http = json["http"].ToObject();
    }

    /// <summary>The session that it belongs to.</summary>
    public string SessionName { get; }

    /// <summary>Its name, unique in the session.</summary>
    public string Name { get; }

    /// <summary>The backends that it hits.</summary>
    public string[] Backend { get; }

    /// <summary><c>toxic</c>, <c>action</c> or <c>http</c>.</summary>
    public string Kind { get; }

    /// <summary>What it does, in words.</summary>
    public string Summary { get; }

    /// <summary>When it began, in ms since the session's start.</summary>
    public double StartedAtMs { get; }

    /// <summary>When it will end, in ms since the session's start; null when it stays until it is removed.</summary>
    public double? EndsAtMs { get; }

    /// <summary>The toxic with its attributes; null when it is none.</summary>
    public object? Toxic { get; }

    /// <summary>The action; null when it is none.</summary>
    public string? Action { get; }

    /// <summary>The HTTP fault with its values; null when it is none.</summary>
    public object? Http { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
