namespace LBTool.Cli.Tests;

/// <summary>
/// Compares a text with the file of its name in Goldens/. With LBTOOL_UPDATE_GOLDEN=1 the file is written instead; the
/// diff of the commit is the review.
/// </summary>
internal static class Golden
{
    public static string Repository { get; } = FindRepository();

    public static void Verify(string name, string actual)
    {
        var file = Path.Combine(Repository, "tests", "LBTool.Cli.Tests", "Goldens", name);
        actual = string.Join('\n', actual.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("LBTOOL_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} is missing; LBTOOL_UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LBTool.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("LBTool.sln is in no folder above the tests");
        }

        return folder.FullName;
    }
}
