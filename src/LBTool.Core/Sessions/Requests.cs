namespace LBTool.Core.Sessions;

/// <summary>How a backend is drained.</summary>
/// <param name="Deadline">After this long, what is still in flight is cut off; null: after the session's usual time.</param>
public sealed record DrainRequest(TimeSpan? Deadline);

/// <summary>What is expected of a session from now on.</summary>
/// <param name="Text">The expression.</param>
/// <param name="For">How long the session is watched; above 0.</param>
public sealed record ExpectRequest(string Text, TimeSpan For);

/// <summary>A request that says nothing more than its path.</summary>
public sealed record NoRequest;
