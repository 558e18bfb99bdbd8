using Snaptree.Model;

namespace Snaptree.Cli.Edge;

/// <summary>The one table from errors to exit codes, documented in docs/exit-codes.md. Scripts rely on it: append only.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int Refused = 4;
    public const int Busy = 5;
    public const int Unfinished = 6;
    public const int Cancelled = 130;

    public static int Of(SnapshotException error) => error.IsUnfinished ? Unfinished : Of(error.Code);

    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.Xml or ErrorCode.XmlDetail or ErrorCode.XmlInvalidSchema or ErrorCode.InvalidSnapshot or ErrorCode.Overflow => Usage,
        ErrorCode.NoDomain or ErrorCode.NoSnapshot => NotFound,
        ErrorCode.NoSupport or ErrorCode.OperationInvalid or ErrorCode.ConfigUnsupported or ErrorCode.RevertRisky
            or ErrorCode.OperationUnsupported or ErrorCode.OperationDenied or ErrorCode.ArgumentUnsupported or ErrorCode.BlockCopyActive => Refused,
        ErrorCode.OperationTimeout or ErrorCode.AgentUnresponsive => Busy,
        ErrorCode.OperationAborted => Cancelled,
        _ => Failure,
    };
}
