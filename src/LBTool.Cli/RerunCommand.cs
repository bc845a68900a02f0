using LBTool.Cli.Running;

namespace LBTool.Cli;

/// <summary>The command line that repeats a run: the same scenario, seed, changes and verdict. What it leaves out is where results go.</summary>
internal static class RerunCommand
{
    /// <summary>Writes it for the shell at hand; every word is quoted as it needs.</summary>
    public static string Write(ScenarioRequest request, ulong seed) => Write(request, seed, RunVerb.Run);

    /// <summary>Writes it for a verb that runs scenarios.</summary>
    public static string Write(ScenarioRequest request, ulong seed, RunVerb verb)
    {
        IEnumerable<string> words = ["lbtool", verb.Name, request.FileOrName, "--seed", $"{seed}", .. verb.Words];
        words = request.Algorithm is null ? words : words.Append("--algo").Append(request.Algorithm.Name);
        words = words
            .Concat(request.Variables.SelectMany(variable => new[] { "--var", $"{variable.Key}={variable.Value}" }))
            .Concat(request.Expectations.SelectMany(text => new[] { "--expect", text }))
            .Concat(request.Toxiproxy is null ? [] : ["--toxiproxy", request.Toxiproxy.OriginalString]);
        return string.Join(' ', words.Select(word => Quote(word, OperatingSystem.IsWindows())));
    }

    /// <summary>One word, for a POSIX shell or for PowerShell: they differ in how a quote is quoted.</summary>
    public static string Quote(string word, bool forPowerShell) =>
        word.Length > 0 && word.All(IsPlain) ? word
            : $"'{word.Replace("'", forPowerShell ? "''" : "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || "-_./:=+%".Contains(letter, StringComparison.Ordinal);
}
