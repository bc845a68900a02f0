namespace LBTool.Cli.Commands;

/// <summary>
/// Lets <c>lbtool toxiproxy</c> take the command line of <c>toxiproxy-server</c>, without two names for each option in
/// the help. The rules are those of Go's <c>flag</c> package: one dash or two, a value behind <c>=</c> or in the next
/// argument whatever that looks like, and switches that may say <c>=true</c> or <c>=0</c>.
/// </summary>
internal static class GoFlags
{
    private static readonly string[] WithValue = ["host", "port", "config", "seed"];
    private static readonly string[] Switches = ["version", "runtime-metrics", "proxy-metrics", "help"];
    private static readonly string[] True = ["1", "t", "T", "TRUE", "true", "True"];
    private static readonly string[] False = ["0", "f", "F", "FALSE", "false", "False"];

    /// <summary>The same in our spelling; what Go's rules say nothing about stays as it is.</summary>
    public static IReadOnlyList<string> Translate(IReadOnlyList<string> args)
    {
        if (args is not ["toxiproxy", ..])
        {
            return args;
        }

        var ours = new List<string> { args[0] };
        for (var i = 1; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            if (WithValue.Contains(name) && (value is not null || i + 1 < args.Count))
            {
                ours.Add($"--{name}={value ?? args[++i]}");
            }
            else if (WithValue.Contains(name) || Switches.Contains(name))
            {
                ours.Add(value is null ? $"--{name}" : $"--{name}={Word(value)}");
            }
            else
            {
                ours.Add(args[i]);
            }
        }

        return ours;
    }

    private static (string Name, string? Value) Split(string arg)
    {
        var flag = arg.StartsWith("--", StringComparison.Ordinal) ? arg[2..] : arg.StartsWith('-') ? arg[1..] : "";
        var equals = flag.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (flag, null) : (flag[..equals], flag[(equals + 1)..]);
    }

    private static string Word(string value) => True.Contains(value) ? "true" : False.Contains(value) ? "false" : value;
}
