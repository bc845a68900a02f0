using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LBTool.Cli.Sessions;

/// <summary>How to reach a session: what stands in its file while it serves, and what it prints when it is ready.</summary>
/// <param name="Name">Of the session.</param>
/// <param name="Pid">Process that it is in.</param>
/// <param name="ProcessStarted">When that process started: another one may have the same number later.</param>
/// <param name="Address">Of its control API.</param>
/// <param name="Token">What the control API wants to be told.</param>
/// <param name="Balancer">Where clients reach its balancer.</param>
/// <param name="Toxiproxy">Where the Toxiproxy API of its fault proxies is.</param>
/// <param name="Version">The lbtool that runs it.</param>
internal sealed record SessionFile(
    string Name, int Pid, DateTimeOffset ProcessStarted, string Address, string Token, string Balancer, string Toxiproxy, string Version)
{
    // With texts as they are.
    private static readonly JsonTypeInfo<SessionFile> Type = new SessionFileContext(
        new JsonSerializerOptions(SessionFileContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).SessionFile;

    // The start of a process is computed from that of the system, which is known to a few hundredths of a second.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Set where it is printed, to tell the line from any other.</summary>
    public bool? Ready { get; init; }

    /// <summary>When this process started.</summary>
    public static DateTimeOffset Started
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.StartTime;
        }
    }

    /// <summary>Whether the process that wrote it still runs.</summary>
    [JsonIgnore]
    public bool HasProcess
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(Pid);
                return !process.HasExited && (process.StartTime - ProcessStarted.LocalDateTime).Duration() < Tolerance && !IsZombie(Pid);
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    // One that has ended stays in the table of processes until its parent asks for it; some parents never do.
    private static bool IsZombie(int pid)
    {
        try
        {
            // "1234 (name) Z …"; the name may have brackets of its own.
            var status = OperatingSystem.IsLinux() ? File.ReadAllText($"/proc/{pid}/stat") : "";
            return status.AsSpan(status.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (IOException)
        {
            // It has gone, or nobody says.
            return false;
        }
    }

    /// <summary>On one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Type);

    /// <summary>Reads it; null when it is none.</summary>
    public static SessionFile? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Serialises session files without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SessionFile))]
internal sealed partial class SessionFileContext : JsonSerializerContext;
