namespace LBTool.PowerShell.Output;

/// <summary>Something that happened in a session or in a run.</summary>
public sealed class SessionEvent
{
    internal SessionEvent(Json json)
    {
        Number = json.Count("n");
        AtMs = json.Number("atMs") ?? 0;
        Kind = json.Text("kind");
        Backend = json["backend"].Text();
        Name = json.Text("name");
        Text = json.Text("text");
    }

    /// <summary>Its number in a session; 0 in a run.</summary>
    public long Number { get; }

    /// <summary>When, in ms since the start.</summary>
    public double AtMs { get; }

    /// <summary>What it is, such as <c>faultStart</c>.</summary>
    public string Kind { get; }

    /// <summary>The backend that it is about; null when it is about none.</summary>
    public string? Backend { get; }

    /// <summary>The fault that it belongs to, or the name of what happened.</summary>
    public string Name { get; }

    /// <summary>In words.</summary>
    public string Text { get; }

    /// <summary>The words.</summary>
    public override string ToString() => Text;
}
