namespace LBTool.Tests;

/// <summary>Files of the repository that tests make and compare: the difference is the review.</summary>
internal static class Golden
{
    private const string Switch = "LBTOOL_UPDATE_GOLDEN";

    /// <summary>Fails when the file is not this text; with LBTOOL_UPDATE_GOLDEN=1, writes it instead.</summary>
    public static void Check(string relative, string expected)
    {
        var path = Checkout.PathOf(relative);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        var actual = File.Exists(path) ? Checkout.Read(relative) : "";
        Assert.True(expected == actual, $"{relative} is out of date at {FirstDifference(expected, actual)}; "
            + $"run this test with {Switch}=1 to write it, and review the difference");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (wanted, found) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, wanted.Length).FirstOrDefault(i => i >= found.Length || wanted[i] != found[i], wanted.Length);
        return $"line {line + 1}: expected '{wanted.ElementAtOrDefault(line)}', found '{found.ElementAtOrDefault(line)}'";
    }
}
