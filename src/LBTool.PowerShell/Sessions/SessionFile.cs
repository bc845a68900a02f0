namespace LBTool.PowerShell.Sessions;

/// <summary>What a running session has written down about itself: where its control API is, and the token for it.</summary>
internal sealed class SessionFile
{
    private SessionFile(string name, Uri address, string token) => (Name, Address, Token) = (name, address, token);

    public string Name { get; }

    public Uri Address { get; }

    public string Token { get; }

    private static string Folder => Path.Combine(StateFolder(), "lbtool", "sessions");

    /// <summary>Those of all sessions, by name; some may have ended without tidying up.</summary>
    public static IEnumerable<SessionFile> All() =>
        (Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.json") : [])
            .OrderBy(file => file, StringComparer.Ordinal)
            .Select(Read)
            .OfType<SessionFile>();

    /// <summary>That of one session; null when there is none.</summary>
    public static SessionFile? Find(string name) => All().FirstOrDefault(file => file.Name == name);

    /// <summary>From the members that a file and the line of a started session share; null when they are not there.</summary>
    public static SessionFile? From(Json json) =>
        Uri.TryCreate(json.Text("address"), UriKind.Absolute, out var address) && json.Text("name").Length > 0
            ? new SessionFile(json.Text("name"), address, json.Text("token"))
            : null;

    private static SessionFile? Read(string file)
    {
        try
        {
            return From(Json.Parse(File.ReadAllText(file)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            // Just removed, someone else's, or not ours: there is no session to be had from it.
            return null;
        }
    }

    private static string StateFolder() =>
        Variable("LBTOOL_STATE")
        ?? (Path.DirectorySeparatorChar == '\\'
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Variable("XDG_STATE_HOME") ?? Path.Combine(Variable("HOME") ?? "/", ".local", "state"));

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
