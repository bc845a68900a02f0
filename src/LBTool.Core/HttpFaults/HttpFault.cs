namespace LBTool.Core.HttpFaults;

/// <summary>A wrong answer of a backend, or none. One file for each; <see cref="HttpFaultTable"/> names them.</summary>
public abstract record HttpFault
{
    /// <summary>What it is, in a few words, for the book of events: <c>HTTP 503</c>.</summary>
    public abstract string Summary { get; }
}
