using System.Text;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Files that cmdlets write.</summary>
internal static class Files
{
    /// <summary>Writes a file whole, as UTF-8 without a byte order mark.</summary>
    /// <exception cref="LBChaosException">It cannot be written.</exception>
    public static void Write(string file, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LBChaosException(Reason.Environment, $"'{file}' cannot be written: {exception.Message}", file, exception);
        }
    }
}
