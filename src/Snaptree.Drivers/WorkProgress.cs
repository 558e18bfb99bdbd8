namespace Snaptree.Drivers;

/// <summary>How far a long piece of work is. The total may grow while a guest keeps writing.</summary>
public readonly record struct WorkProgress(long DoneBytes, long TotalBytes);
