namespace LBTool.Cli.Sessions;

/// <summary>
/// Where sessions leave word of themselves: <c>lbtool/sessions</c> in the folder that the system has for the state of
/// programs, or in the one that <c>LBTOOL_STATE</c> names. Only this user may read what is in it.
/// </summary>
internal static class StateFolder
{
    /// <summary>Names the folder, in place of the system's.</summary>
    public const string Variable = "LBTOOL_STATE";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder of the session files; it need not exist.</summary>
    public static string Sessions => Path.Combine(Root(), "lbtool", "sessions");

    /// <summary>Makes the folder if need be.</summary>
    /// <exception cref="Failure">It cannot be made.</exception>
    public static string Prepare()
    {
        try
        {
            _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(Sessions) : Directory.CreateDirectory(Sessions, OwnerOnly);
            return Sessions;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure.Environment($"the folder of sessions cannot be made: {exception.Message}; {Variable} can name another place for it");
        }
    }

    private static string Root() =>
        Value(Variable)
        ?? (OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : null)
        ?? Value("XDG_STATE_HOME")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
