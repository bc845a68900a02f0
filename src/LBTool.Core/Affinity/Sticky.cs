using LBTool.Core.Balancing;

namespace LBTool.Core.Affinity;

/// <summary>How sessions stick to backends, as a scenario says it.</summary>
/// <param name="By">
/// What a session is known by: a cookie that the balancer sets, a header that the client sends, or the client's address.
/// </param>
/// <param name="OnLost">What happens to a session whose backend is not available.</param>
public sealed record Sticky(KeySource By, OnLost OnLost);
