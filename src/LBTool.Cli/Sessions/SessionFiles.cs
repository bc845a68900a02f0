using System.Text.RegularExpressions;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Sessions;

/// <summary>
/// The files of all sessions of this user. A session that was killed leaves its file behind: such a one is recognised by
/// its process or, where another one has that number, by its API, and is removed wherever it is met.
/// </summary>
internal static partial class SessionFiles
{
    private const string Ending = ".json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Names of all files, whether their sessions serve or not.</summary>
    public static IEnumerable<string> Names => Directory.Exists(StateFolder.Sessions)
        ? Directory.EnumerateFiles(StateFolder.Sessions, $"*{Ending}").Select(file => Path.GetFileNameWithoutExtension(file)).Where(IsName)
        : [];

    /// <summary>The sessions that serve, by name.</summary>
    /// <param name="stale">Told of each file that was removed because its session is no more.</param>
    /// <param name="stop">Ends the look.</param>
    public static async Task<SessionFile[]> FindAllAsync(Action<string> stale, CancellationToken stop)
    {
        var looks = Names.Select(name => FindAsync(name, stale, stop));
        return [.. (await Task.WhenAll(looks)).OfType<SessionFile>().OrderBy(session => session.Name, StringComparer.Ordinal)];
    }

    /// <summary>The session of that name, if it serves.</summary>
    public static async Task<SessionFile?> FindAsync(string name, Action<string> stale, CancellationToken stop)
    {
        if (await ReadAsync(PathOf(name), stop) is not { } text)
        {
            return null;
        }

        var session = SessionFile.Parse(text);
        if (session is not null && session.HasProcess && await SessionClient.AnswersAsync(session, stop))
        {
            return session;
        }

        // Somebody else may have begun a session of that name meanwhile.
        if (await ReadAsync(PathOf(name), stop) == text)
        {
            File.Delete(PathOf(name));
            stale(session is null
                ? $"session '{name}': its file could not be read, and was removed"
                : $"session '{name}' of process {session.Pid} is no more: its file was left behind, and was removed");
        }

        return null;
    }

    /// <summary>Writes the file of a session that is ready. Whoever reads it reads all of it.</summary>
    /// <exception cref="Failure">A session of that name is there already.</exception>
    public static void Claim(SessionFile session)
    {
        var path = Path.Combine(StateFolder.Prepare(), $".{session.Name}-{session.Pid}");
        try
        {
            Write(path, session.ToJson());
            File.Move(path, PathOf(session.Name), overwrite: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw IsTaken(session.Name)
                ? Failure.Environment(Taken(session.Name))
                : Failure.Environment($"the file of the session cannot be written: {exception.Message}; {StateFolder.Variable} can name another place for it");
        }
    }

    /// <summary>Removes the file of a session that ends, unless it is another's by now.</summary>
    public static void Release(SessionFile session)
    {
        try
        {
            if (SessionFile.Parse(File.ReadAllText(PathOf(session.Name)))?.Token == session.Token)
            {
                File.Delete(PathOf(session.Name));
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Somebody has removed it already.
        }
    }

    /// <summary>The name that a session gets when nobody says: the first of s1, s2, … without a file.</summary>
    public static string FreeName()
    {
        var taken = Names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Enumerable.Range(1, int.MaxValue).Select(number => $"s{number}").First(name => !taken.Contains(name));
    }

    /// <summary>Whether there is a file of that name.</summary>
    public static bool IsTaken(string name) => File.Exists(PathOf(name));

    /// <summary>Why a session cannot have a name.</summary>
    public static string Taken(string name) => $"a session called '{name}' runs already; stop it (lbtool stop --session {name}), or choose another --name";

    /// <summary>Whether a session can be called so: its name becomes that of a file.</summary>
    public static bool IsName(string text) => NameForm().IsMatch(text);

    /// <summary>Where a session in the background writes what it has to say.</summary>
    public static string LogOf(string name) => Path.Combine(StateFolder.Sessions, $"{name}.log");

    /// <summary>The nearest known name, for the end of a message.</summary>
    public static string Near(string name, IEnumerable<string> known)
    {
        var names = known.ToArray();
        return (Suggestions.Closest(name, names) is { } near ? $"; did you mean '{near}'?" : ";")
            + $" running: {(names.Length == 0 ? "none" : string.Join(", ", names))}";
    }

    // A new one: what somebody else had put there would keep its mode, or lead to another place.
    private static void Write(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new StreamWriter(path, options);
        file.WriteLine(text);
    }

    private static string PathOf(string name) => Path.Combine(StateFolder.Sessions, name + Ending);

    private static async Task<string?> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            return await File.ReadAllTextAsync(path, stop);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    private static partial Regex NameForm();
}
