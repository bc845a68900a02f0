using LBTool.PowerShell.Lbtool;

namespace LBTool.PowerShell.Tests.Lbtool;

/// <summary>Parameter, environment variable, beside the module, PATH: in that order.</summary>
public sealed class LbtoolLocationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-location-");
    private readonly string? _variable = Environment.GetEnvironmentVariable("LBTOOL_PATH");
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("LBTOOL_PATH", _variable);
        Environment.SetEnvironmentVariable("PATH", _path);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void The_first_place_that_is_given_decides()
    {
        var (parameter, variable, beside, path) = (Place("parameter", "lbtool.dll"), Place("variable", "lbtool"), Place("beside", "lbtool"), Place("path", "lbtool"));
        Set(variable, path);

        Assert.Equal(parameter, LbtoolLocation.Find(parameter, Folder(beside)));
        Assert.Equal(variable, LbtoolLocation.Find(null, Folder(beside)));
        Set(null, path);
        Assert.Equal(beside, LbtoolLocation.Find(null, Folder(beside)));
        Assert.Equal(path, LbtoolLocation.Find(null, _folder.FullName));
    }

    [Fact]
    public void A_folder_is_looked_into()
    {
        var file = Place("two words é", "lbtool.dll");

        Assert.Equal(file, LbtoolLocation.Find(Folder(file), _folder.FullName));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_place_that_is_named_and_empty_is_an_error_and_no_reason_to_look_elsewhere(bool byParameter)
    {
        var beside = Place("beside", "lbtool");
        var nothing = Path.Combine(_folder.FullName, "nothing");
        Set(nothing, beside);

        var error = Assert.Throws<LBChaosException>(() => LbtoolLocation.Find(byParameter ? nothing : null, Folder(beside)));

        Assert.Equal("LBChaos.LbtoolNotFound", error.ErrorId);
        Assert.Contains(nothing, error.Message);
        Assert.Contains(byParameter ? "-LbtoolPath" : "LBTOOL_PATH", error.Message);
    }

    [Fact]
    public void Nowhere_is_an_error_that_says_how_to_install_it()
    {
        Set(null, Path.Combine(_folder.FullName, "lbtool"));

        var error = Assert.Throws<LBChaosException>(() => LbtoolLocation.Find(null, _folder.FullName));

        Assert.Contains("dotnet tool install --global lbtool", error.Message);
    }

    private static string Folder(string file) => Path.GetDirectoryName(file)!;

    private static void Set(string? variable, string path)
    {
        Environment.SetEnvironmentVariable("LBTOOL_PATH", variable);
        Environment.SetEnvironmentVariable("PATH", Path.GetDirectoryName(path));
    }

    private string Place(string folder, string name)
    {
        var file = Path.Combine(_folder.CreateSubdirectory(folder).FullName, name);
        File.WriteAllText(file, "");
        return file;
    }
}
