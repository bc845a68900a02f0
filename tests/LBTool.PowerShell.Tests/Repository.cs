using System.Runtime.CompilerServices;

namespace LBTool.PowerShell.Tests;

/// <summary>Where things are: the checkout, the staged module, the lbtool that was built with these tests.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Module { get; } = Path.Combine(Root, "module", "LBChaos");

    public static string Lbtool { get; } = Path.Combine(AppContext.BaseDirectory, "lbtool.dll");

    public static string Host { get; } = Path.Combine(AppContext.BaseDirectory, "LBTool.PowerShell.Host.dll");

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    /// <summary>Compares a text with a committed file; with LBTOOL_UPDATE_GOLDEN=1 the file is written instead.</summary>
    public static void AssertCommitted(string text, params string[] path)
    {
        var file = Path.Combine([Root, .. path]);
        if (Environment.GetEnvironmentVariable("LBTOOL_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        Assert.True(File.Exists(file), $"{file} is missing; LBTOOL_UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }

    // Before the engine is loaded, which reads the first of them once.
    [ModuleInitializer]
    internal static void SetEnvironment()
    {
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        Environment.SetEnvironmentVariable("LBTOOL_PATH", Lbtool);
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LBTool.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("LBTool.sln is in no folder above the tests");
        }

        return folder.FullName;
    }
}
