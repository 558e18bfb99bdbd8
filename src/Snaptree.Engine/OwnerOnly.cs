namespace Snaptree.Engine;

/// <summary>Modes of what we make for ourselves: guests' memory and documents are nobody else's business.</summary>
internal static class OwnerOnly
{
    internal const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode Folder = File | UnixFileMode.UserExecute;
}
