# What an RT administrator would have set up by hand: queues, agents, fields and rights.
use strict;
use warnings;

our @Queues = (
    {   Name              => 'Support',
        Description       => 'What customers write, say and ask',
        CorrespondAddress => 'support@helpdesk.test',
        CommentAddress    => 'support-comment@helpdesk.test',
    },
    { Name => 'Billing', Description => 'Money, second line' },
);

our @Groups = ({ Domain => 'UserDefined', Name => 'Agents', Description => 'Who answers customers' });

my %agents = (
    alice  => { RealName => 'Alice Agent', WorkPhone => '+44 20 7946 0101' },
    bob    => { RealName => 'Bob Agent' },
    apibot => { RealName => 'API bot' },
);
our @Users = map {
    {   Name         => $_,
        Password     => $ENV{ 'RT_' . uc },
        EmailAddress => "$_\@helpdesk.test",
        Privileged   => 1,
        %{ $agents{$_} },
    }
} sort keys %agents;

my $order    = 0;
my $ontop    = 'RT::Queue-RT::Ticket';
our @CustomFields = (
    {   Name       => 'Channel',
        Type       => 'SelectSingle',
        LookupType => $ontop,
        RenderType => 'Dropdown',
        MaxValues  => 1,
        Values     => [ map { { Name => $_, SortOrder => ++$order } } qw(Phone Email Chat Twitter Store) ],
    },
    { Name => 'Tags',            Type => 'FreeformMultiple', LookupType => $ontop,     MaxValues => 0 },
    { Name => 'Customer number', Type => 'FreeformSingle',   LookupType => 'RT::User', MaxValues => 1 },
);

my @agent_rights = qw(
    SeeQueue ShowTicket ShowTicketComments ShowOutgoingEmail
    CreateTicket ReplyToTicket CommentOnTicket ModifyTicket
    OwnTicket TakeTicket StealTicket ReassignTicket WatchAsAdminCc
    SeeCustomField ModifyCustomField SeeGroup ModifySelf ManageAuthTokens ShowArticle
);
our @ACL = (
    (map { { GroupDomain => 'UserDefined', GroupId => 'Agents', Right => $_ } } @agent_rights),

    # So that customers' mail comes in by the mail gateway and is theirs, not a robot's.
    (map { { GroupDomain => 'SystemInternal', GroupType => 'Everyone', Queue => 'Support', Right => $_ } }
        qw(CreateTicket ReplyToTicket)),
);

sub loaded {
    my ($class, $name) = @_;
    my $thing = $class->new(RT->SystemUser);
    $thing->Load($name);
    die "$class $name is missing\n" unless $thing->Id;
    return $thing;
}

sub must { my ($ok, $message) = @_; die "$message\n" unless $ok; }

our @Final = (sub {
    my $group = RT::Group->new(RT->SystemUser);
    must($group->LoadUserDefinedGroup('Agents'));
    must($group->AddMember(loaded('RT::User', $_)->PrincipalId)) for sort keys %agents;

    # Reading other people's telephone numbers takes this right in RT.
    must(loaded('RT::User', 'apibot')->PrincipalObj->GrantRight(Right => 'AdminUsers', Object => RT->System));

    must(loaded('RT::CustomField', $_)->AddToObject(RT::Queue->new(RT->SystemUser))) for qw(Channel Tags);
    must(loaded('RT::CustomField', 'Customer number')->AddToObject(RT::User->new(RT->SystemUser)));
});

1;
