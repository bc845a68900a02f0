using LBTool.Core.Reports;

namespace LBTool.Cli;

/// <summary>The folder of <c>--out</c>: shown to be writable before a run starts, so that no result is lost at its end.</summary>
internal sealed class ResultsFolder
{
    private readonly string _path;

    private ResultsFolder(string path) => _path = path;

    /// <summary>Makes the folder if need be, and proves that a file can be written in it.</summary>
    /// <exception cref="Failure">It cannot.</exception>
    public static ResultsFolder Prepare(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw Failure.Usage("--out: the name is empty; name a folder");
        }

        if (File.Exists(path))
        {
            throw Failure.Usage($"--out '{path}': is a file; name a folder");
        }

        try
        {
            Directory.CreateDirectory(path);
            using var probe = File.Create(Path.Combine(path, $".lbtool-{Guid.NewGuid():N}"), 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Failure.Environment($"--out '{path}': cannot be written: {exception.Message}");
        }

        return new ResultsFolder(path);
    }

    /// <summary>Writes every format. Not to be interrupted: an interrupted run has a result too.</summary>
    /// <exception cref="Failure">The disk does not take them.</exception>
    public async Task WriteAsync(Report report)
    {
        try
        {
            foreach (var format in ReportFormats.All)
            {
                await File.WriteAllTextAsync(Path.Combine(_path, format.FileName), format.Render(report));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure.Environment($"--out '{_path}': {exception.Message}");
        }
    }
}
