namespace LBTool.Core.Tests.Reports;

/// <summary>A committed file that a result must equal; with LBTOOL_UPDATE_GOLDEN=1 the file is written instead, and the diff is the review.</summary>
internal static class GoldenFile
{
    public static string Root { get; } = FindRoot();

    public static void AssertEqual(string path, string actual)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("LBTOOL_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{path} is missing: run the tests with LBTOOL_UPDATE_GOLDEN=1 to write it");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LBTool.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No LBTool.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
