namespace LBTool.PowerShell.Lbtool;

/// <summary>Where lbtool is: a program, or an <c>lbtool.dll</c> that <c>dotnet</c> runs.</summary>
internal static class LbtoolLocation
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "LBTOOL_PATH";

    private static readonly string[] FileNames = ["lbtool", "lbtool.exe"];
    private static readonly string[] FileNamesBesideModule = [.. FileNames, "lbtool.dll"];

    /// <summary>Looks at the parameter, the environment variable, the module's folder and PATH, in that order; the first that is given decides.</summary>
    /// <param name="parameter">The value of <c>-LbtoolPath</c>, as a full path; null when absent.</param>
    /// <param name="besideModule">The module's folder.</param>
    /// <exception cref="LBChaosException">It is nowhere, or what was named is not there.</exception>
    public static string Find(string? parameter, string besideModule)
    {
        if (parameter is not null)
        {
            return Named(parameter, "-LbtoolPath");
        }

        if (System.Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable)
        {
            return Named(variable, $"$env:{Variable}");
        }

        var path = System.Environment.GetEnvironmentVariable("PATH") ?? "";
        return In(besideModule, FileNamesBesideModule)
            ?? path.Split(Path.PathSeparator).Where(folder => folder.Length > 0).Select(folder => In(folder, FileNames)).FirstOrDefault(file => file is not null)
            ?? throw new LBChaosException(
                Reason.LbtoolNotFound,
                $"lbtool is neither beside the module ({besideModule}) nor on PATH: 'dotnet tool install --global lbtool' installs it");
    }

    private static string Named(string file, string by) =>
        File.Exists(file) ? file
            : In(file, FileNamesBesideModule)
            ?? throw new LBChaosException(
                Reason.LbtoolNotFound, $"{by} names '{file}', where no lbtool is: 'dotnet tool install --global lbtool' installs it", file);

    private static string? In(string folder, string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
