using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LBTool.Core.Tests.Repository;

/// <summary>What the repository as a whole must keep.</summary>
public partial class RepositoryTests
{
    private const int LongestFile = 400;

    [Fact]
    public void Worlds_and_Core_reference_only_what_they_may()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["LBTool.Core"] = [],
            ["LBTool.Live"] = ["LBTool.Core"],
            ["LBTool.Simulation"] = ["LBTool.Core"],
            ["LBTool.PowerShell"] = [],
            ["LBTool.Cli"] = ["LBTool.Core", "LBTool.Live", "LBTool.Simulation"],
        };
        var projects = Files("src", "*.csproj");
        Assert.Equal(allowed.Keys.Order(), projects.Select(Path.GetFileNameWithoutExtension).Order());
        Assert.All(projects, project => Assert.Subset(
            allowed[Path.GetFileNameWithoutExtension(project)].ToHashSet(), References(project).ToHashSet()));
    }

    [Fact]
    public void No_source_file_outgrows_its_purpose() => Assert.Empty(
        Sources().Where(file => File.ReadLines(file).Count() > LongestFile).Select(Relative));

    [Fact]
    public void Nothing_is_left_undone() => Assert.Empty(
        Sources().Where(file => LeftUndone().IsMatch(File.ReadAllText(file))).Select(Relative));

    [Fact]
    public void No_test_sleeps() => Assert.Empty(
        Files("tests", "*.cs").Where(file => Sleeping().IsMatch(File.ReadAllText(file))).Select(Relative));

    [Fact]
    public void Every_link_in_the_docs_leads_somewhere()
    {
        var pages = Files("docs", "*.md").Concat(Directory.GetFiles(Checkout.Root, "*.md")).ToArray();
        Assert.NotEmpty(pages);
        Assert.Empty(pages.SelectMany(DeadLinks));
    }

    [Fact]
    public async Task Every_shell_script_parses()
    {
        var scripts = Files("scripts", "*.sh").Append(Path.Combine(Checkout.Root, ".ci", "run")).ToArray();
        Assert.True(scripts.Length >= 2);
        foreach (var script in scripts)
        {
            using var bash = Process.Start(new ProcessStartInfo("bash", ["-n", script]) { RedirectStandardError = true })!;
            await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(bash.ExitCode == 0, $"{Relative(script)}: {await bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        }
    }

    private static IEnumerable<string> DeadLinks(string page) =>
        Link().Matches(File.ReadAllText(page))
            .Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://") && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target.Split('#')[0])))
            .Select(target => $"{Relative(page)} -> {target}");

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

    private static string[] Sources()
    {
        var files = Files("src", "*.cs").Concat(Files("tests", "*.cs")).ToArray();
        Assert.True(files.Length > 50);
        return files;
    }

    private static string[] Files(string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !BuildOutput().IsMatch(file))];

    private static string Relative(string file) => Path.GetRelativePath(Checkout.Root, file);

    // Written apart, so that this file does not find itself.
    [GeneratedRegex("TO" + "DO|FIX" + "ME|HA" + "CK|NotImplemented" + "Exception|Skip *= *\"")]
    private static partial Regex LeftUndone();

    [GeneratedRegex(@"Thread\." + @"Sleep\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex BuildOutput();
}
